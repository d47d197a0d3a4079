import { css } from "lit";

/** How a row of fields looks. */
export const fields = css`
  .fields {
    display: flex;
    flex-wrap: wrap;
    gap: 12px;
    align-items: end;
    min-inline-size: 0;
  }
  .field {
    display: grid;
    flex: 1 1 160px;
    /* A list is no wider than the screen, however long what can be chosen is. */
    grid-template-columns: minmax(0, 1fr);
    gap: 4px;
    min-inline-size: 0;
  }
  .field > span {
    font-size: 12px;
    color: var(--isp-soft);
  }
  .field select,
  .field input {
    inline-size: 100%;
    min-inline-size: 0;
  }
`;
