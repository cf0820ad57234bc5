/** Where a finished export's file is. */
export function exportUrl(id: string): string {
  return `/api/v1/exports/${id}/content`;
}
