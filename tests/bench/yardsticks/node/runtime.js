// Lambda's Runtime API, for lack of a runtime client that needs no compiler.

export async function run(handle) {
  const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;
  for (;;) {
    const next = await fetch(`${api}/next`);
    const id = next.headers.get("lambda-runtime-aws-request-id");
    try {
      const answer = await handle(await next.json(), id);
      await (await fetch(`${api}/${id}/response`, { method: "POST", body: JSON.stringify(answer) })).text();
    } catch (error) {
      const told = { errorType: error.name, errorMessage: String(error.stack) };
      await (await fetch(`${api}/${id}/error`, { method: "POST", body: JSON.stringify(told) })).text();
    }
  }
}
