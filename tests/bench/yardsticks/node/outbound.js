// The calls of `outbound`, with Twilio's own client, which is told where Twilio's stand-in is.

import twilio from "twilio";
import { make, secret } from "./calls.js";
import { run } from "./runtime.js";

await secret("KEYS_SECRET_ID");
const { accountSid, apiKeySid, apiKeySecret } = await secret("TWILIO_API_KEY_SECRET_ID");

const http = new twilio.RequestClient();
const httpClient = {
  request: (options) => http.request({ ...options, uri: options.uri.replace("https://api.twilio.com", process.env.TWILIO_API_URL) }),
};
const client = twilio(apiKeySid, apiKeySecret, { accountSid, httpClient });

await run(async (event) => {
  for (const record of event.Records) {
    const [person] = JSON.parse(record.body).entry.split(".");
    await make(person, ({ To, From, Body, StatusCallback }) =>
      client.messages.create({ to: To, from: From, body: Body, statusCallback: StatusCallback }),
    );
  }
  return { batchItemFailures: [] };
});
