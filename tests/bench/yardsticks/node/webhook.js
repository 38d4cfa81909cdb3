// The calls of `webhook`, with Twilio's own check of who calls.

import twilio from "twilio";
import { make, secret } from "./calls.js";
import { run } from "./runtime.js";

await secret("KEYS_SECRET_ID");
const { authToken } = await secret("TWILIO_AUTH_SECRET_ID");

await run(async (event, id) => {
  const params = Object.fromEntries(new URLSearchParams(Buffer.from(event.body, "base64").toString()));
  const url = process.env.PUBLIC_BASE_URL + event.rawPath;
  if (!twilio.validateRequest(authToken, event.headers["x-twilio-signature"], url, params)) return { statusCode: 403 };
  await make(id);
  const body = new twilio.twiml.MessagingResponse().toString();
  return { statusCode: 200, headers: { "content-type": "text/xml; charset=utf-8" }, body };
});
