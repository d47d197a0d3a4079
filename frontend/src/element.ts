/** How this bundle's elements are defined. */

import type { LitElement } from "lit";

/** Define an element, once: Home Assistant keeps a page open over an update, and loads the newer module beside it. */
export function define(name: string) {
  return (element: new () => LitElement): void => {
    if (!customElements.get(name)) customElements.define(name, element);
  };
}

/** Tell whoever contains this element to go to another part of the panel. */
export function navigate(from: HTMLElement, view: string, query: Record<string, string> = {}): void {
  from.dispatchEvent(new CustomEvent("navigate", { detail: { view, query }, bubbles: true, composed: true }));
}

/** Go to a page of Home Assistant as its own links do. */
export function moveTo(path: string): void {
  window.history.pushState(null, "", path);
  window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: false } }));
}

export interface Navigation {
  view: string;
  query: Record<string, string>;
}
