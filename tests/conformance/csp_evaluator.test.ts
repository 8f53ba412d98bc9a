/** Google's csp-evaluator over the policy that the server sends, by any of its names. Every finding has its explanation here. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { Version } from 'csp_evaluator/dist/csp.js'
import { CspEvaluator } from 'csp_evaluator/dist/evaluator.js'
import { Type } from 'csp_evaluator/dist/finding.js'
import { CspParser } from 'csp_evaluator/dist/parser.js'
import { describe, expect, it } from 'vitest'

const checkout = join(import.meta.dirname, '..', '..')
const policyOf = (origin: string): string =>
  execFileSync(
    join(checkout, '.venv', 'bin', 'python'),
    ['-c', 'import sys; from incamera.server.headers import content_security_policy as csp; sys.stdout.write(csp(sys.argv[1]))', origin],
    { env: { PYTHONPATH: join(checkout, 'src') }, encoding: 'utf8' },
  )
const findings = (policy: string): readonly string[] =>
  new CspEvaluator(new CspParser(policy).csp, Version.CSP3)
    .evaluate()
    .map(({ type, directive, value }) => `${Type[type]} ${directive} ${value ?? ''}`)

const explained: Readonly<Record<string, string>> = {
  "SCRIPT_ALLOWLIST_BYPASS script-src 'self'":
    'The server has no JSONP and takes no uploads: what it serves as a script is a file of the build, everything else is JSON with nosniff ' +
    '(test_server_headers.py), and Integrity-Policy wants a digest for every script.',
  'IP_SOURCE connect-src ws://127.0.0.1:8080': 'The server on this very computer, which is reached by its address.',
}

describe.each(['https://calls.example.org', 'http://127.0.0.1:8080', ''])('the policy of "%s"', (origin) => {
  it('leaves csp-evaluator nothing that is not explained', () => {
    const policy = policyOf(origin)
    expect(policy).toContain("default-src 'none'")
    expect(findings(policy).filter((finding) => !(finding in explained))).toEqual([])
  })
})

it('csp-evaluator finds what it is there for', () => {
  expect(findings("default-src 'self'; script-src 'unsafe-inline' https:; object-src *").length).toBeGreaterThan(3)
})
