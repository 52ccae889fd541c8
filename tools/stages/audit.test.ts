import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAudit } from './audit.ts';

test('an audit passes when it finds nothing, names what it finds, and says when nobody answered', () => {
  assert.equal(readAudit('{"auditReportVersion":2,"vulnerabilities":{}}').passed, 1);
  const found = '{"auditReportVersion":2,"vulnerabilities":{"left-pad":{"severity":"high"}}}';
  assert.deepEqual(readAudit(found), { passed: 0, failures: ['left-pad: high'] });
  const refused = readAudit('{"message":"405 Method Not Allowed","statusCode":405}');
  assert.equal(refused.passed, 0);
  assert.match(refused.note ?? '', /NOT CHECKED/);
  const offline = readAudit(
    '{"message":"request to https://registry.example/ failed, reason: ENOTFOUND","error":{}}',
  );
  assert.match(offline.note ?? '', /NOT CHECKED/);
  for (const broken of [
    '',
    '{"message":"This command requires an existing lockfile."}',
    '{"statusCode":400}',
  ]) {
    assert.equal(readAudit(broken).failures.length, 1, broken);
  }
});
