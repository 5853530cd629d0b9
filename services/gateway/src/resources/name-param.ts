import { Name, PulseError } from "@pulsecourier/contracts";

/** A name from the path, or `malformed_request`. */
export function nameParam(value: string): string {
  const name = Name.safeParse(value);
  if (name.success) return name.data;
  const detail = "A name in the path has 1 to 128 letters, digits and _ . @ + : -";
  throw new PulseError("malformed_request", detail);
}
