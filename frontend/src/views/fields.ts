import { css } from "lit";

/** How a row of fields looks. */
export const fields = css`
  .fields {
    display: flex;
    flex-wrap: wrap;
    gap: 12px;
    align-items: end;
  }
  .field {
    display: grid;
    flex: 1 1 160px;
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
