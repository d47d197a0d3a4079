import type { ReactiveController, ReactiveControllerHost } from "lit";

const PACE = 30_000;

/** Draws an element again every half minute: what was "3 minutes ago" is 4 soon. */
export class Ticking implements ReactiveController {
  private timer: number | undefined;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostConnected(): void {
    this.timer = window.setInterval(() => this.host.requestUpdate(), PACE);
  }

  hostDisconnected(): void {
    window.clearInterval(this.timer);
  }
}
