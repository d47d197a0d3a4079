/** Icons, drawn as Material Design draws them: the paths of https://pictogrammers.com/library/mdi (Apache 2.0). */

import { svg, type SVGTemplateResult } from "lit";

export const ALERT = "M13 14H11V9H13M13 18H11V16H13M1 21H23L12 2L1 21Z";
export const CHECK = "M21 7 9 19 3.5 13.5 4.91 12.09 9 16.17 19.59 5.59 21 7Z";
export const CHEVRON = "M8.59 16.58 13.17 12 8.59 7.41 10 6 16 12 10 18 8.59 16.58Z";
export const CLOCK =
  "M12 20A8 8 0 1 0 12 4 8 8 0 0 0 12 20M12 2A10 10 0 1 1 12 22 10 10 0 0 1 12 2M12.5 7V12.25L17 14.92 16.25 16.15 11 13V7H12.5Z";
export const CLOSE =
  "M19 6.41 17.59 5 12 10.59 6.41 5 5 6.41 10.59 12 5 17.59 6.41 19 12 13.41 17.59 19 19 17.59 13.41 12 19 6.41Z";
export const DELETE = "M19 4H15.5L14.5 3H9.5L8.5 4H5V6H19M6 19A2 2 0 0 0 8 21H16A2 2 0 0 0 18 19V7H6V19Z";
export const IMAGE =
  "M8.5 13.5 11 16.5 14.5 12 19 18H5M21 19V5C21 3.89 20.1 3 19 3H5A2 2 0 0 0 3 5V19A2 2 0 0 0 5 21H19A2 2 0 0 0 21 19Z";
export const MENU = "M3 6H21V8H3V6M3 11H21V13H3V11M3 16H21V18H3V16Z";
export const PAUSE = "M14 19H18V5H14M6 19H10V5H6V19Z";
export const PHONE =
  "M17 19H7V5H17M17 1H7C5.89 1 5 1.89 5 3V21A2 2 0 0 0 7 23H17A2 2 0 0 0 19 21V3C19 1.89 18.1 1 17 1Z";
export const PLAY = "M8 5.14V19.14L19 12.14 8 5.14Z";
export const QUESTION =
  "M10 19H13V22H10V19M12 2C17.35 2.22 19.68 7.62 16.5 11.67 15.67 12.67 14.33 13.33 13.67 14.17 13 15 13 16 13 17H10C10 15.33 10 13.92 10.67 12.92 11.33 11.92 12.67 11.33 13.5 10.67 15.92 8.43 15.32 5.26 12 5A3 3 0 0 0 9 8H6A6 6 0 0 1 12 2Z";
export const SYNC =
  "M12 18A6 6 0 0 1 6 12C6 11 6.25 10.03 6.7 9.2L5.24 7.74A8 8 0 0 0 12 20V23L16 19 12 15M12 4V1L8 5 12 9V6A6 6 0 0 1 18 12C18 13 17.75 13.97 17.3 14.8L18.76 16.26A8 8 0 0 0 12 4Z";
export const UNDO =
  "M12.5 8C9.85 8 7.45 9 5.6 10.6L2 7V16H11L7.38 12.38C8.77 11.22 10.54 10.5 12.5 10.5 16.04 10.5 19.05 12.81 20.1 16L22.47 15.22C21.08 11.03 17.15 8 12.5 8Z";
export const UPLOAD = "M9 16V10H5L12 3 19 10H15V16H9M5 20V18H19V20H5Z";

/** Return an icon as large as the text it stands with; it says nothing to a screen reader. */
export function icon(path: string): SVGTemplateResult {
  return svg`<svg viewBox="0 0 24 24" width="100%" height="100%" aria-hidden="true" focusable="false"><path fill="currentColor" d=${path} /></svg>`;
}
