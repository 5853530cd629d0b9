/** Commands of the pages that the test of the pages does not run: why, and the file that covers each. */
export const NOT_RUN: Record<string, { why: string; covered?: string }> = {
  "npm start": {
    why: "it is what the pages are tried against",
    covered: "e2e/start.e2e.test.ts",
  },
  "npm run demo": {
    why: "it starts a platform of its own",
    covered: "e2e/start-demo.e2e.test.ts",
  },
  "npm test": { why: "it runs this test" },
  "npx pnpm check": { why: "npm test runs it" },
  "npx pnpm unit": { why: "npm test runs it" },
  "npx pnpm integration": { why: "npm test runs it" },
  "npx pnpm format:write": { why: "it changes the files under test" },
  "npm run chaos": {
    why: "it takes minutes and both cores",
    covered: "e2e/chaos.e2e.test.ts",
  },
  "npm run chaos -- --fault kill-router --seed 7": {
    why: "it takes minutes and both cores",
    covered: "e2e/chaos.e2e.test.ts",
  },
  "npm run chaos -- --fault kill-orchestrator --rounds 5": {
    why: "it takes minutes and both cores",
    covered: "e2e/chaos.e2e.test.ts",
  },
  "npm run chaos -- --long --page": { why: "it takes hours" },
  "npm run chaos -- --long --page --topology single --out .pulse/single": {
    why: "it takes hours",
  },
  "npm run chaos -- --long --page --topology cluster --out .pulse/cluster": {
    why: "it takes hours",
  },
  "npm run bench -- --only email --no-baseline --profile": {
    why: "it takes minutes and both cores",
    covered: "e2e/bench.e2e.test.ts",
  },
  "docker compose --profile dev up --build": {
    why: "it needs a Docker engine",
    covered: "packages/cli/src/deployment/compose-services.test.ts",
  },
  "docker compose run --rm migrate packages/cli/src/main.ts keys create shop --scopes send admin": {
    why: "it needs a Docker engine; the same without is run on the operating page",
  },
  "EMAIL_PROVIDERS=smtp SMTP_URL=smtps://user:password@mail.example.com:465 EMAIL_FROM='Shop <shop@example.com>' npm start":
    {
      why: "it needs a mail server outside",
      covered: "e2e/start.e2e.test.ts",
    },
  "CALLBACK_ALLOWED_ORIGINS=http://127.0.0.1:3000 npm start": {
    why: "it is what the pages are tried against, with a receiver of the reader's",
    covered: "services/sender-webhook/src/guide-receiver.int.test.ts",
  },
  "npx pnpm generate": {
    why: "it writes into the checkout",
    covered: "e2e/pages/add-a-provider.e2e.test.ts",
  },
  "npx tsc --noEmit": {
    why: "it is run in a copy of this checkout that has what the guide adds",
    covered: "e2e/pages/add-a-provider.e2e.test.ts",
  },
  "npx vitest run --project int services/sender-sms/src/providers/messagebird": {
    why: "it is run in a copy of this checkout that has what the guide adds",
    covered: "e2e/pages/add-a-provider.e2e.test.ts",
  },
};
