import { dataDirectory } from './data-directory.ts';
import { developmentToken } from './development-keys.ts';
import { StartupError } from './startup-error.ts';
import { tokenRequests } from './token-request.ts';

try {
  const { path } = dataDirectory();
  for (const request of tokenRequests(process.argv.slice(2))) console.log(await developmentToken(path, request));
} catch (error) {
  console.error(error instanceof StartupError ? error.message : error);
  process.exitCode = 1;
}
