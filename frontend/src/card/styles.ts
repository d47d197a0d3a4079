import { css } from "lit";

export const cardStyles = css`
  :host {
    display: block;
    container-type: inline-size;
  }
  ha-card {
    display: flex;
    flex-direction: column;
    gap: 12px;
    padding: 12px;
    block-size: 100%;
    box-sizing: border-box;
    overflow: hidden;
    color: var(--primary-text-color, #141414);
  }
  button {
    font: inherit;
    color: inherit;
    text-align: start;
    background: none;
    border: none;
    margin: 0;
    padding: 0;
    cursor: pointer;
    border-radius: 8px;
  }
  button:focus-visible {
    outline: 2px solid var(--primary-color, #009ac7);
    outline-offset: 2px;
  }
  .empty {
    margin: 4px;
    color: var(--secondary-text-color, #5e5e5e);
  }
  .head {
    display: flex;
    gap: 12px;
    align-items: center;
  }
  .photo {
    flex: none;
    inline-size: 72px;
    block-size: 72px;
    border-radius: 8px;
    overflow: hidden;
    background: var(--secondary-background-color, #e5e5e5);
  }
  .photo img {
    display: block;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  .photo.none {
    display: grid;
    place-items: center;
  }
  .photo.none > span {
    inline-size: 32px;
    block-size: 32px;
    color: var(--secondary-text-color, #5e5e5e);
  }
  .summary {
    flex: 1;
    min-inline-size: 0;
    display: flex;
    flex-direction: column;
    gap: 2px;
  }
  .name {
    font-weight: 500;
    font-size: 16px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .status {
    display: flex;
    gap: 6px;
    align-items: center;
  }
  .status .icon {
    flex: none;
    inline-size: 18px;
    block-size: 18px;
    color: var(--tone);
  }
  .good {
    --tone: var(--success-color, #43a047);
  }
  .busy {
    --tone: var(--info-color, #039be5);
  }
  .asks {
    --tone: var(--warning-color, #ffa600);
  }
  .bad {
    --tone: var(--error-color, #db4437);
  }
  .rests {
    --tone: var(--secondary-text-color, #5e5e5e);
  }
  .detail,
  .label {
    font-size: 12px;
    color: var(--secondary-text-color, #5e5e5e);
  }
  .bar {
    block-size: 6px;
    border-radius: 3px;
    overflow: hidden;
    background: var(--secondary-background-color, #e5e5e5);
  }
  .bar .done {
    block-size: 100%;
    background: var(--info-color, #039be5);
  }
  .counts {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(96px, 1fr));
    gap: 8px;
  }
  .count {
    display: flex;
    flex-direction: column;
    padding: 8px;
    background: var(--secondary-background-color, #f0f0f0);
  }
  .number {
    font-size: 18px;
    font-weight: 500;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-block-start: auto;
  }
  .action {
    flex: 1;
    min-block-size: 40px;
    padding-inline: 12px;
    text-align: center;
    border: 1px solid var(--divider-color, #b0b0b0);
    border-radius: 20px;
  }
  .action.main {
    color: var(--text-primary-color, #fff);
    background: var(--primary-color, #006787);
    border-color: transparent;
  }
  @container (max-width: 240px) {
    .photo {
      inline-size: 48px;
      block-size: 48px;
    }
  }
`;
