import type { Command } from "commander";

type Run = (act: (json: boolean) => Promise<number>) => Promise<void>;

/** The commands of `pulse schedules`. */
export function addScheduleCommands(program: Command, run: Run): void {
  const load = () => import("./schedules.ts");
  const schedules = program
    .command("schedules")
    .description("what is sent again and again, by cron patterns");
  schedules
    .command("list")
    .description("by name, with the next run of each")
    .action(() => run(async (json) => (await load()).listSchedules({ json })));
  schedules
    .command("show <name>")
    .description("its next runs and its last ones")
    .action((name) => run(async (json) => (await load()).showSchedule(name, { json })));
  schedules
    .command("put <name> <file>")
    .description("create or change it from a JSON file, or - for standard input")
    .action((name, file) => run(async (json) => (await load()).putSchedule(name, file, { json })));
  schedules
    .command("pause <name>")
    .description("fire nothing until it is resumed")
    .action((name) => run(async (json) => (await load()).setSchedule(name, "pause", { json })));
  schedules
    .command("resume <name>")
    .description("go on from now")
    .action((name) => run(async (json) => (await load()).setSchedule(name, "resume", { json })));
  schedules
    .command("run <name>")
    .description("fire once, now, paused or not")
    .action((name) => run(async (json) => (await load()).runSchedule(name, { json })));
  schedules
    .command("delete <name>")
    .description("delete it and what is known of its runs")
    .action((name) => run(async (json) => (await load()).deleteSchedule(name, { json })));
}
