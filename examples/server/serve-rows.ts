import { createServer, type Server } from 'node:http';
import { createRandom } from 'tfjs-generative';
import { readRow, sampleTable, type TableModel } from 'tfjs-generative/tables';

/** A server whose /rows?city=Oslo&height=1.7 sends 10 rows of a table as JSON, with these cells; 400 and a sentence for wrong ones. */
export const createRowServer = (model: TableModel): Server =>
  createServer((request, response) => {
    const { searchParams } = new URL(request.url!, 'http://localhost');
    const draw = async () => {
      const known = readRow(model.description, Object.fromEntries(searchParams));
      return sampleTable(model, 10, { random: createRandom(1), known });
    };
    draw().then(
      (rows) => response.setHeader('Content-Type', 'application/json').end(JSON.stringify(rows)),
      (error) => {
        const isWrong = error instanceof TypeError || error instanceof RangeError;
        response.writeHead(isWrong ? 400 : 500).end(String(error));
      },
    );
  });
