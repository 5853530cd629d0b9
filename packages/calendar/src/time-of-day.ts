/**
 * Milliseconds from midnight to a time "HH:MM".
 * @throws RangeError when it is none
 */
export function timeOfDay(time: string): number {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
  if (hour === undefined || minute === undefined) {
    throw new RangeError(`"${time}" is no time of day such as 08:30`);
  }
  return (Number(hour) * 60 + Number(minute)) * 60_000;
}
