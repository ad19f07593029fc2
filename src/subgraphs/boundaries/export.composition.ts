import type { Knex } from 'knex';
import { ExportRepository } from './export.repository.js';
import { ExportService } from './export.service.js';
import { PermittedAreaRepository } from './permitted-area.repository.js';
import { PublishedRepository } from './published.repository.js';

export const createExportService = ({ knex }: { readonly knex: Knex }): ExportService =>
  new ExportService({
    knex,
    areas: new PermittedAreaRepository(knex),
    published: new PublishedRepository(knex),
    names: new ExportRepository(knex),
  });
