/** @file A browser's storage in memory. */

/** The part of a browser's Cache that the folder uses. */
export class KeptCache {
  readonly entries = new Map<string, Response>();
  match = async (request: Request | string) =>
    this.entries.get(typeof request === 'string' ? request : request.url)?.clone();
  put = async (url: string, response: Response) => void this.entries.set(url, response);
  delete = async (url: string) => this.entries.delete(url);
  keys = async () => [...this.entries.keys()].map((url) => new Request(url));
}
