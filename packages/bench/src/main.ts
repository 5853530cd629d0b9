import { readFileSync, writeFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { messageOf } from "@pulsecourier/cli";
import { FULL, QUICK, SECTIONS } from "./options.ts";
import { channelRows } from "./report/channel-rows.ts";
import { withChannels } from "./report/channel-page.ts";
import { describeMachine } from "./report/machine.ts";
import { reportText } from "./report/report-text.ts";
import { runBench } from "./run-bench.ts";

/** Reads an option as a whole number of at least `least`. */
const atLeast = (least: number) => (text: string) => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
};

const PAGE = new URL("../../../README.md", import.meta.url);

const program = new Command("npm run bench --")
  .description("Measures a platform of its own on this machine, beside express + BullMQ")
  .option("--quick", "every part, but short: figures that say only that the bench works", false)
  .addOption(new Option("--only <part...>", "only these parts").choices(SECTIONS))
  .option("--count <n>", `notifications a run (${FULL.count})`, atLeast(1))
  .option("--warm-up <n>", `notifications before anything is measured (${FULL.warmUp})`, atLeast(1))
  .option("--rounds <n>", `runs of each kind (${FULL.rounds})`, atLeast(1))
  .option("--seconds <n>", `how long latency is measured (${FULL.seconds})`, atLeast(1))
  .option("--backlog <n>", `notifications of the backlog (${FULL.backlog})`, atLeast(1))
  .option("--sagas <n>", `notifications in several steps (${FULL.sagas})`, atLeast(1))
  .option("--waiting-sagas <n>", `sagas that wait (${FULL.waitingSagas})`, atLeast(1))
  .option("--timers <n>", `timers that are due (${FULL.timers})`, atLeast(1))
  .option("--timers-per-second <n>", `and how many a second (${FULL.timersPerSecond})`, atLeast(1))
  .option("--waiting-timers <n>", `timers that wait (${FULL.waitingTimers})`, atLeast(1))
  .option("--fan-out <n>", `members of the fan-out's audience (${FULL.fanOut})`, atLeast(1))
  .option("--no-baseline", "without express + BullMQ beside it")
  .addOption(
    new Option("--profile", "what the services' time goes into, too, which costs some of it")
      .default(false)
      .conflicts("json"),
  )
  .option("--page", "write the channels' figures into README.md", false)
  .option("--json", "the figures as JSON instead of a table", false)
  .option("--out <file>", "write the figures there, too, as JSON")
  .parse();

const { quick, only, json, out, page, ...given } = program.opts();
const options = { ...(quick ? QUICK : FULL), ...given, ...(only && { sections: only }) };

runBench(options, (figures) => {
  const machine = describeMachine();
  const text = JSON.stringify({ machine, ...figures }, null, 2);
  if (page) {
    const readme = readFileSync(PAGE, "utf8");
    writeFileSync(PAGE, withChannels(readme, channelRows(figures), machine.commit));
  }
  if (out !== undefined) writeFileSync(out, `${text}\n`);
  process.stdout.write(`${json ? text : reportText(machine, figures)}\n`);
}).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`\nbench: ${messageOf(error)}\n`);
    process.exit(1);
  },
);
