/** What the views look alike in: Home Assistant's theme, and nothing of its elements. */

import { css } from "lit";

export const shared = css`
  :host {
    display: block;
    color: var(--primary-text-color, #141414);
    font-family: var(--ha-font-family-body, Roboto, Noto, sans-serif);
    font-size: 14px;
    line-height: 1.45;
    /* What people and their phones name may be one word that is wider than a screen. */
    overflow-wrap: break-word;
    --isp-accent: var(--primary-color, #009ac7);
    --isp-line: var(--divider-color, #e0e0e0);
    --isp-soft: var(--secondary-text-color, #5e5e5e);
    --isp-good: var(--success-color, #43a047);
    --isp-warn: var(--warning-color, #ffa600);
    --isp-bad: var(--error-color, #db4437);
  }
  * {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  h2,
  h3,
  p {
    margin: 0;
  }
  h2 {
    font-size: 18px;
    font-weight: 500;
  }
  h3 {
    font-size: 15px;
    font-weight: 500;
  }
  .card {
    background: var(--card-background-color, #fff);
    border: 1px solid var(--ha-card-border-color, var(--isp-line));
    border-radius: var(--ha-card-border-radius, 12px);
    padding: 16px;
  }
  .soft {
    color: var(--isp-soft);
  }
  .bad {
    /* The theme's colour alone is too pale to be read on its background. */
    color: color-mix(in srgb, var(--isp-bad) 70%, var(--primary-text-color, #141414));
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  .grow {
    flex: 1 1 auto;
    min-inline-size: 0;
  }
  .path {
    overflow-wrap: anywhere;
    unicode-bidi: plaintext;
  }
  .icon {
    display: inline-block;
    flex: none;
    inline-size: 1.3em;
    block-size: 1.3em;
    vertical-align: -0.3em;
  }
  .sr {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-block-size: 40px;
    padding: 6px 16px;
    border: 1px solid var(--isp-line);
    border-radius: 20px;
    background: transparent;
    color: var(--primary-text-color, #141414);
    font: inherit;
    font-weight: 500;
    text-decoration: none;
    cursor: pointer;
  }
  button:hover:not(:disabled),
  .button:hover {
    background: var(--secondary-background-color, #f0f0f0);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  button.main {
    border-color: transparent;
    background: var(--primary-text-color, #141414);
    color: var(--card-background-color, #fff);
  }
  button.main:hover:not(:disabled) {
    opacity: 0.88;
  }
  button.plain {
    border-color: transparent;
  }
  :focus-visible {
    outline: 2px solid var(--isp-accent);
    outline-offset: 2px;
  }
  input,
  select {
    min-block-size: 40px;
    padding: 6px 12px;
    border: 1px solid var(--isp-soft);
    border-radius: 8px;
    background: var(--card-background-color, #fff);
    color: var(--primary-text-color, #141414);
    font: inherit;
  }
  .bar {
    display: block;
    inline-size: 100%;
    block-size: 8px;
    overflow: hidden;
    border-radius: 4px;
    background: var(--isp-line);
  }
  .bar > span {
    display: block;
    block-size: 100%;
    background: var(--isp-accent);
    transition: inline-size 0.4s;
  }
  .notice {
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 12px 16px;
    border: 1px solid var(--isp-line);
    border-inline-start: 4px solid var(--isp-warn);
    border-radius: 8px;
    background: var(--card-background-color, #fff);
  }
  .notice.error {
    border-inline-start-color: var(--isp-bad);
  }
  .notice.done {
    border-inline-start-color: var(--isp-good);
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
      animation: none !important;
    }
  }
`;
