import type { Command } from "commander";

type Run = (act: (json: boolean) => Promise<number>) => Promise<void>;

/** `pulse audiences` and `pulse fanouts`. */
export function addAudienceCommands(program: Command, run: Run): void {
  const audiences = program
    .command("audiences")
    .description("sets of recipients that a notification or a rule may name");
  audiences
    .command("list")
    .description("by name, at most 100")
    .action(() => run(async (json) => (await import("./audiences.ts")).listAudiences({ json })));
  audiences
    .command("show <name>")
    .description("how many members it has")
    .action((name) =>
      run(async (json) => (await import("./audiences.ts")).showAudience(name, { json })),
    );
  audiences
    .command("upload <name> <file>")
    .description("add the recipients of a file: .csv, or else a JSON string or object a line")
    .action((name, file) =>
      run(async (json) => (await import("./audiences.ts")).uploadMembers(name, file, { json })),
    );

  const fanouts = program
    .command("fanouts")
    .description("events on their way to the members of an audience");
  fanouts
    .command("show <id>")
    .description("how far it is")
    .action((id) => run(async (json) => (await import("./audiences.ts")).showFanout(id, { json })));
  fanouts
    .command("cancel <id>")
    .description("begin no further page")
    .action((id) =>
      run(async (json) => (await import("./audiences.ts")).cancelFanout(id, { json })),
    );
}
