import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files whose tests take long for their size: they start whole processes, or try thousands of cases. */
const long = /\/browser\/|embedded|examples|process|property|cli\.test|hash-queue|backup|customer-tokens\.test/;

/** The order of the files: what takes longest first, so that no worker is left alone with it at the end; then the largest. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [true, false].flatMap(isLong => sorted.filter(({ moduleId }) => long.test(moduleId) === isLong));
  }
}
