import { css } from "lit";

/** What a grid of photos looks like. */
export const styles = css`
  :host {
    display: block;
  }
  * {
    box-sizing: border-box;
  }
  [role="listbox"] {
    position: relative;
    outline: none;
  }
  .row {
    position: absolute;
    inset-inline: 0;
    display: grid;
    gap: 8px;
  }
  .item {
    position: relative;
    min-inline-size: 0;
    border-radius: 8px;
    cursor: pointer;
    user-select: none;
    -webkit-user-select: none;
    -webkit-touch-callout: none;
    touch-action: manipulation;
  }
  .item[aria-selected="true"] isp-picture {
    outline: 3px solid var(--isp-accent, var(--primary-color, #009ac7));
    outline-offset: -3px;
  }
  [role="listbox"]:focus-visible .item.current {
    outline: 3px solid var(--primary-text-color, #141414);
    outline-offset: 1px;
  }
  .mark {
    position: absolute;
    inset-block-start: 6px;
    inset-inline-end: 6px;
    display: grid;
    place-items: center;
    inline-size: 24px;
    block-size: 24px;
    padding: 3px;
    border: 2px solid #fff;
    border-radius: 50%;
    background: rgb(0 0 0 / 40%);
    color: transparent;
  }
  [aria-selected="true"] .mark {
    background: #fff;
    border-color: #141414;
    color: #141414;
  }
  .title,
  .note {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: 12px;
    line-height: 18px;
  }
  .title {
    direction: ltr;
    text-align: start;
  }
  .note {
    color: var(--secondary-text-color, #5e5e5e);
  }
`;
