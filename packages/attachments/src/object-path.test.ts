import { expect, test } from "vitest";
import { objectPath } from "./object-path.ts";

const object = "0f8fad5b-d9cb-469f-a165-70867728950e";

test("nothing of a tenant's name gets into the path, and each has its own", () => {
  const paths = ["default", "../../etc", "a/b", "Default"].map((tenant) =>
    objectPath({ tenant, object }),
  );
  for (const path of paths) expect(path).toMatch(new RegExp(`^[0-9a-f]{32}/${object}$`));
  expect(new Set(paths).size).toBe(paths.length);
});

test.each(["", "..", "../0f8fad5b-d9cb-469f-a165-70867728950e", `${object}/x`, `${object}\n`])(
  "%j is no object",
  (wrong) => {
    expect(() => objectPath({ tenant: "default", object: wrong })).toThrow("not a UUID");
  },
);
