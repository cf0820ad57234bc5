import { ScrollArea, Table } from "@mantine/core";

import { reasonOf } from "./reasons";

const SHOWN = 50;

export interface LeftOutFile {
  name: string;
  code: string;
  reason: string;
}

/** Files that are not taken, and why. */
export function LeftOut({ files }: { files: readonly LeftOutFile[] }) {
  if (files.length === 0) return null;
  return (
    <ScrollArea.Autosize mah={220}>
      <Table fz="xs" verticalSpacing={2}>
        <Table.Tbody>
          {files.slice(0, SHOWN).map((file) => (
            <Table.Tr key={file.name}>
              <Table.Td style={{ overflowWrap: "anywhere" }}>{file.name}</Table.Td>
              <Table.Td>{reasonOf(file)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
