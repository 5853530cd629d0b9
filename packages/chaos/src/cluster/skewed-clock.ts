/**
 * Loaded before a service (`node --import`): its wall clock is `CHAOS_CLOCK_SKEW_MS` off, and steps to as much on
 * the other side `CHAOS_CLOCK_STEP_AFTER_MS` later. The monotonic clock goes on as it is, as a machine's would.
 */
let skewMs = Number(process.env["CHAOS_CLOCK_SKEW_MS"] ?? 0);
setTimeout(
  () => {
    skewMs = -skewMs;
  },
  Number(process.env["CHAOS_CLOCK_STEP_AFTER_MS"] ?? 0),
).unref();

const TrueDate = Date;
const now = () => TrueDate.now() + skewMs;
const timeOrigin = performance.timeOrigin;

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new TrueDate(now()).toString(),
  get: (target, key, receiver) => (key === "now" ? now : Reflect.get(target, key, receiver)),
});
Object.defineProperty(performance, "timeOrigin", { get: () => timeOrigin + skewMs });
