import { expect, test } from "vitest";
import { table } from "./table.ts";

test("columns are as wide as their widest cell and lines carry no trailing blanks", () => {
  expect(
    table(
      ["a", "name"],
      [
        ["1", "x"],
        ["22", ""],
      ],
    ),
  ).toBe("a   name\n──  ────\n1   x\n22");
});

test("what a terminal would obey is dropped", () => {
  expect(table(["x"], [["\u001b[31mred\u001b[0m\nnext\u0007"]])).toMatch(/red next$/);
});

test("columns of figures are aligned to the right", () => {
  expect(
    table(
      ["what", "n"],
      [
        ["a", "1"],
        ["b", "1,000"],
      ],
      ["n"],
    ),
  ).toBe("what      n\n────  ─────\na         1\nb     1,000");
});
