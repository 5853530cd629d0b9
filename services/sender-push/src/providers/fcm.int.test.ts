import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { HTTP_BEHAVIOURS, testProvider } from "@pulsecourier/sender/testing";
import { newPrivateKey } from "../test-keys.ts";
import { fcm } from "./fcm.ts";

const privateKey = newPrivateKey("rsa");

testProvider({
  provider: fcm,
  start: () => startProvider("fcm"),
  account: ({ url }) => ({
    FCM_SERVICE_ACCOUNT: JSON.stringify({
      type: "service_account",
      project_id: "shop-1234",
      client_email: "courier@shop-1234.iam.gserviceaccount.com",
      private_key: privateKey,
      token_uri: `${url}/oauth2/token`,
    }),
    FCM_BASE_URL: url,
  }),
  message: {
    address: "fcm:cPush_Token-0001:APA91bExample",
    content: { title: "On its way 👋", body: "Order A-1", data: '{"order":{"id":"A-1"}}' },
  },
  behaviours: {
    ...HTTP_BEHAVIOURS,
    recipient_gone: { next: [{ status: 404 }] },
  },
  unreadable: { next: [{ status: 200, body: "<html>" }] },
});
