import { expect, test } from "vitest";
import { checkCron } from "./check-cron.ts";

test.each([
  "* * * * *",
  "0 9 * * MON-FRI",
  "*/15 8-18 1,15 JAN-MAR ?",
  "0 0 L * *",
  "0 0 29 2 *",
  "0 8 * * 1#2",
  "@daily",
  " 0 9 * * 1 ",
])("takes %j", (pattern) => {
  expect(checkCron(pattern)).toBeNull();
});

test.each([
  ["", "it has not five fields"],
  ["* * * *", "it has not five fields"],
  ["0 0 9 * * *", "it has not five fields"],
  ["@reboot", "not supported"],
  ["@fortnightly", "five"],
  ["60 * * * *", "a value of minute is out of range"],
  ["0 24 * * *", "a value of hour is out of range"],
  ["0 0 32 * *", "a value of day is out of range"],
  ["0 0 0 * *", "a value of day is out of range"],
  ["0 0 1 13 *", "a value of month is out of range"],
  ["*/0 * * * *", "stepping"],
  ["5-1 * * * *", "larger"],
  ["0 0 * * FOO", "illegal characters"],
  ["0 0 30 2 *", "never fires"],
  [`${"0,".repeat(150)}0 * * * *`, "longer than 200"],
])("refuses %j and says why", (pattern, reason) => {
  expect(checkCron(pattern)).toContain(reason);
});
