import { PulseError, SagaState, type SagaView, WorkflowDefinition } from "@pulsecourier/contracts";
import { z } from "zod";
import { route } from "../http/route.ts";
import { requireOwnId } from "../notifications/get-notification.ts";
import { readSaga, type SagaRow } from "./saga-store.ts";

const Events = z.array(z.looseObject({ type: z.string() }));

/** `GET /v1/sagas/{id}`: where it is, what it waits for, and by its history why. */
export const getSaga = route({
  method: "get",
  path: "/v1/sagas/:id",
  scope: "send",
  handler: async ({ tenant, params: { id } }, { db, secrets }) => {
    requireOwnId(secrets.ids, tenant, id);
    const row = await readSaga(db, tenant, id);
    if (row === null) throw new PulseError("not_found");
    return { status: 200, body: toView(row) };
  },
});

function toView(row: SagaRow): SagaView {
  const state = SagaState.parse(JSON.parse(row.state));
  return {
    id: row.id,
    notificationId: row.notification_id,
    status: state.end?.outcome ?? "running",
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    definition: WorkflowDefinition.parse(JSON.parse(row.definition)),
    ...state,
    history: row.history.map(({ seq, at, cause, events }) => ({
      seq,
      at: new Date(at).toISOString(),
      cause,
      events: Events.parse(JSON.parse(events)),
    })),
  };
}
