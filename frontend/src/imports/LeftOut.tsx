import { ScrollArea, Table } from "@mantine/core";

const SHOWN = 50;

/** Files that are not taken, and why. */
export function LeftOut({ files }: { files: readonly { name: string; reason: string }[] }) {
  if (files.length === 0) return null;
  return (
    <ScrollArea.Autosize mah={220}>
      <Table fz="xs" verticalSpacing={2}>
        <Table.Tbody>
          {files.slice(0, SHOWN).map((file) => (
            <Table.Tr key={file.name}>
              <Table.Td style={{ overflowWrap: "anywhere" }}>{file.name}</Table.Td>
              <Table.Td>{file.reason}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
