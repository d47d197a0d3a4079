// Loaded before a server: its clock is an hour ahead of everybody else's.
const HOUR = 3_600_000;
const Real = Date;
globalThis.Date = class extends Real {
  constructor(...given) {
    super(...(given.length ? given : [Real.now() + HOUR]));
  }
  static now() {
    return Real.now() + HOUR;
  }
};
