/** How a status looks. */

import { ALERT, CHECK, CLOCK, PAUSE, QUESTION, SYNC } from "./icons";

export type Tone = "good" | "busy" | "asks" | "rests" | "bad";

const TONES: Readonly<Record<string, Tone>> = {
  in_agreement: "good",
  scanning: "busy",
  uploading: "busy",
  deleting: "busy",
  waiting_for_syncthing: "rests",
  waiting_for_immich: "rests",
  waiting_for_decision: "asks",
  paused: "rests",
  recovery: "asks",
  error: "bad",
};

/** What a status, or the lack of one, feels like. */
export function toneOf(status: string): Tone {
  return TONES[status] ?? "rests";
}

export function iconOf(status: string): string {
  if (status === "paused") return PAUSE;
  return { good: CHECK, busy: SYNC, asks: QUESTION, rests: CLOCK, bad: ALERT }[toneOf(status)];
}
