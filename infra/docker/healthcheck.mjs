/** `node healthcheck.mjs <port variable> <its default>`: whether the service of this container is ready. */
const [variable, fallback] = process.argv.slice(2);
const port = process.env[variable] || fallback;
try {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_500) });
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
