// Reads what the simulator's server has put into the page.

import type { PageData } from '../../page-data.js'

/** The data of this page. Throws when there is none, or when it is another page's: the server and the build disagree. */
export function readSimData<P extends PageData['page']>(page: P): Extract<PageData, { page: P }> {
  const data: PageData = JSON.parse(document.getElementById('sim-data')?.textContent ?? 'null')
  if (!isFor(page, data)) throw new Error(`this page has no data for "${page}"`)
  return data
}

function isFor<P extends PageData['page']>(page: P, data: PageData | null): data is Extract<PageData, { page: P }> {
  return data?.page === page
}
