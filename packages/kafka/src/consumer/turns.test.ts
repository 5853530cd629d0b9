import fc from "fast-check";
import { expect, it } from "vitest";
import { Turns } from "./turns.ts";

it("gives to each owner in turn, whoever has more", () => {
  const turns = new Turns<string>();
  for (const item of ["a1", "a2", "a3", "a4", "b1", "c1", "c2"]) turns.push(item.charAt(0), item);
  const taken = [turns.shift(), turns.shift()];
  turns.push("b", "b2");
  while (turns.size > 0) taken.push(turns.shift());
  expect(taken).toEqual(["a1", "b1", "c1", "a2", "b2", "c2", "a3", "a4"]);
  expect(turns.shift()).toBeUndefined();
});

it("gives everything once, each owner's in order", () => {
  const steps = fc.array(fc.option(fc.constantFrom("a", "b", "c")), { maxLength: 100 });
  fc.assert(
    fc.property(steps, (script) => {
      const turns = new Turns<{ owner: string; n: number }>();
      const given: { owner: string; n: number }[] = [];
      const take = () => {
        const item = turns.shift();
        if (item !== undefined) given.push(item);
      };
      for (const [n, owner] of script.entries())
        if (owner === null) take();
        else turns.push(owner, { owner, n });
      while (turns.size > 0) take();
      for (const owner of ["a", "b", "c"]) {
        const added = script.flatMap((step, n) => (step === owner ? [n] : []));
        expect(given.filter((one) => one.owner === owner).map(({ n }) => n)).toEqual(added);
      }
    }),
  );
});
