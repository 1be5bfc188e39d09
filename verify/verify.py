"""Verifies exported waves from their files alone: python3 verify/verify.py DIR [DIR ...]

Needs Python 3.9 and its standard library; written from docs/formats.md, without the code of `gelombang verify`. Prints
the first faults as `file:line: what it is, expected what`; ends with 0 if there are none, else with 1. Not checked: the
BLS signature of a drand round, rejects.csv and review.json (but their hashes), datapackage.json. Takes about 550 bytes a line of pool.csv."""
import hashlib
import json
import re
import sys
from collections import Counter
from datetime import datetime, timedelta, timezone
from itertools import zip_longest
from pathlib import Path

TABLES = ['results.csv', 'accepted.csv', 'pool.csv', 'rejects.csv', 'funnel.csv']
RESULTS = (b'registration_no,nik,outcome,reasons,tier,rank',
           re.compile(rb'([A-Z0-9-]{1,32}),(?:\d{16}|\d{6}\*{6}\d{4}),(([A-Z_]+),([^,]*),\d*,(\d*))'))
POOL = (b'registration_no,tier,tickets,household,slots,region',
        re.compile(rb'([A-Z0-9-]{1,32}),(0|[1-9]\d{0,8}),([1-9]\d{0,8}),([0-9a-f]{16}),(0|[1-9]\d{0,8}),(\d\d)'))
FIRST_STEPS = ['rows_read', 'rows_rejected', 'applications']
LAST_STEPS = ['INELIGIBLE', 'UNVERIFIED', 'ELIGIBLE', 'HOUSEHOLD_CAP', 'CANDIDATES', 'NOT_DRAWN', 'RESERVE', 'ACCEPTED']
LAYERS = {'email': 'EMAIL_UNVERIFIED', 'phone': 'PHONE_UNVERIFIED', 'selfie': 'SELFIE_UNVERIFIED', 'test': 'TEST_NOT_TAKEN'}
FIRST_CODES = ['DUPLICATE_NIK', 'NIK_NOT_FOUND', 'NIK_INACTIVE', 'NIK_DECEASED', 'NIK_DUPLICATE', 'KK_MISMATCH',
               'NAME_MISMATCH', 'BIRTH_DATE_MISMATCH', 'AGE_OUT_OF_RANGE', 'IN_SCHOOL', 'OCCUPATION_BARRED']
QUICKNET = {'chain_hash': '52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971',
            'public_key': '83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451'
                          '0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a'}
FIRST_ROUND, PERIOD = datetime(2023, 8, 23, 15, 9, 27, tzinfo=timezone.utc), timedelta(seconds=3)


def sha256(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).digest()


def merkle_root(leaves):
    """RFC 6962, section 2.1. Full subtrees wait on the stack, with their levels, for their right siblings."""
    stack = []
    for leaf in leaves:
        level, node = 0, sha256(b'\0' + leaf)
        while stack and stack[-1][0] == level:
            level, node = level + 1, sha256(b'\1' + stack.pop()[1] + node)
        stack.append((level, node))
    root = stack.pop()[1] if stack else sha256(b'')
    while stack:
        root = sha256(b'\1' + stack.pop()[1] + root)
    return root.hex()


def seats_of(regions, quota):
    """Province -> seats: as numbers, or as weights by the largest remainder, of equal ones by province code."""
    if 'weights' not in regions:
        return {code: seats for code, seats in regions.items() if seats}
    weights, total = regions['weights'], sum(regions['weights'].values())
    seats = Counter({code: quota * weight // total for code, weight in weights.items() if weight})
    seats.update(sorted(seats, key=lambda code: (-(quota * weights[code] % total), code))[:quota - sum(seats.values())])
    return {code: count for code, count in seats.items() if count}


class Verification:
    def run(self, folder):
        self.folder, self.faults = Path(folder), 0
        try:
            self.text = (self.folder / 'draw.json').read_text('utf-8')
            self.draw = json.loads(self.text)
            for check in (self.files, self.policy, self.entropy, self.pool, self.results, self.counts):
                check()
                print(f'{self.folder}: checked {check.__doc__}')
        except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
            self.fault('draw.json', f'or a file beside it is not what it must be: {type(error).__name__}: {error}')
        print(f'{self.folder}: {self.faults} fault{"s" * (self.faults != 1)}')
        return self.faults

    def fault(self, where, what):
        self.faults += 1
        if self.faults <= 20:
            print(f'{self.folder}/{where}', re.sub(r'\b(\d{6})\d{6}(\d{4})\b', r'\1******\2', what), sep=': ')  # no NIK

    def same(self, where, name, said, expected):
        if type(said) is not type(expected) or said != expected:
            self.fault(where, f'{name} is {said!r}, expected {expected!r}')

    def stated(self, **expected):
        for key, value in expected.items():
            found = re.search(f'^  "{key}":', self.text, re.MULTILINE)  # a key of draw.json itself, as it is indented
            line = self.text.count('\n', 0, found.start()) + 1 if found else 1
            self.same(f'draw.json:{line}', key, self.draw.get(key), value)

    def lines(self, name, header, form):
        with open(self.folder / name, 'rb') as file:
            self.same(f'{name}:1', 'the header', file.readline().rstrip(b'\n'), header)
            for number, line in enumerate(file, 2):
                if not (match := form.fullmatch(line.rstrip(b'\n'))):
                    raise ValueError(f'{name}:{number} is not a line of {header.decode()}')
                yield f'{name}:{number}', match

    def same_lines(self, name, expected):
        with open(self.folder / name, 'rb') as file:
            for number, (line, right) in enumerate(zip_longest((line.rstrip(b'\n') for line in file), expected), 1):
                self.same(f'{name}:{number}', 'the line', line, right)

    def files(self):
        """bytes and SHA-256 of every file that draw.json names"""
        for name in dict.fromkeys([*TABLES, *self.draw['files']]):
            digest = hashlib.sha256()
            with open(self.folder / name, 'rb') as file:
                while chunk := file.read(1 << 20):
                    digest.update(chunk)
                found = {'bytes': file.tell(), 'sha256': digest.hexdigest()}
            self.same(name, 'what draw.json says of it', self.draw['files'].get(name), found)

    def policy(self):
        """policy_sha256, and by the policy reserve, household_cap, and regions within the quota"""
        draw, policy = self.draw, self.draw['policy']
        canonical = json.dumps(policy, ensure_ascii=False, sort_keys=True, separators=(',', ':'))
        self.stated(policy_sha256=sha256(canonical).hex(), reserve=policy['reserve'], household_cap=policy['household_cap'],
                    regions=seats_of(policy['regions'], draw['quota']), quota=max(draw['quota'], sum(draw['regions'].values())))

    def entropy(self):
        """the seed, and that the entropy is what its source gives"""
        draw, entropy, beacon, source = self.draw, self.draw['entropy'], self.draw.get('beacon'), self.draw['entropy_source']
        self.stated(seed=sha256(f'{draw["pool_root"]}:{entropy}').hex(), entropy=f'{int(entropy, 16):064x}')
        if source == 'given':
            print('The entropy was given at the close, the weakest kind: nothing here says that it was not chosen.')
        elif source == 'secret':
            self.stated(entropy_commitment=sha256(entropy).hex())
            print('The entropy is a secret that was committed to, a weaker kind: whoever ran the wave could know it.')
        else:
            comes = FIRST_ROUND + (beacon['round'] - 1) * PERIOD
            self.stated(entropy_source='drand:quicknet', entropy=sha256(bytes.fromhex(beacon['signature'])).hex(),
                        beacon={**beacon, **QUICKNET, 'round_time': f'{comes:%Y-%m-%dT%H:%M:%S}.000Z'})
            if datetime.fromisoformat(draw['frozen_at'].replace('Z', '+00:00')) >= comes:
                self.stated(frozen_at=f'a time before that of the round, {comes}')
            print(f'The entropy is of round {beacon["round"]} of drand quicknet. Its BLS signature is NOT checked here.')

    def pool(self):
        """pool_root, and the pool drawn again: tickets, household caps, seats by region, reserve, ranks"""
        draw, policy, entries, slots_of, before = self.draw, self.draw['policy'], [], {}, b''
        each, most = policy['tickets']['per_unsuccessful_wave'], policy['tickets']['max']
        allowed = {most, *range(1, most, each)} if each else {1}
        for where, match in self.lines('pool.csv', *POOL):
            no, household, region = match.group(1, 4, 6)
            tier, tickets, slots = map(int, match.group(2, 3, 5))
            slots_right = slots == slots_of.setdefault(household, slots) <= draw['household_cap']
            if no <= before or tier > len(policy['priority']) or tickets not in allowed or not slots_right:
                self.fault(where, f'{match[0]}, expected byte order, and tier, tickets and slots that the policy gives')
            hashes = (sha256(f'{draw["seed"]}:{no.decode()}:{ticket}') for ticket in range(1, min(tickets, most) + 1))
            entries.append((tier, min(hashes), no, household, region.decode()))
            before = no
        self.stated(pool_root=merkle_root(match[0] for _, match in self.lines('pool.csv', *POOL)))
        self.expected = {no: b'HOUSEHOLD_CAP,,%d,' % tier for tier, _, no, _, _ in entries}
        own, taken, candidates = Counter(draw['regions']), Counter(), []
        for tier, _, no, household, region in sorted(entries):
            if taken[household] < slots_of[household]:
                taken[household] += 1
                own[region] -= 1
                candidates.append((no, tier, own[region] >= 0))
        left = draw['quota'] - sum(has_own_seat for _, _, has_own_seat in candidates)
        for rank, (no, tier, has_own_seat) in enumerate(candidates, 1):
            left -= not has_own_seat
            outcome = 'ACCEPTED' if has_own_seat or left >= 0 else 'RESERVE' if left >= -draw['reserve'] else 'NOT_DRAWN'
            self.expected[no] = f'{outcome},,{tier},{rank}'.encode()

    def results(self):
        """results.csv against the draw, its reasons against the policy, accepted.csv against it"""
        policy, accepted, before, self.tally = self.draw['policy'], {}, b'', Counter()
        self.codes = [*FIRST_CODES, *(code for layer, code in LAYERS.items() if layer in policy['layers']),
                      *sorted({f'ON_LIST:{name}' for name in policy['deny_lists']}), 'PAST_RECIPIENT', 'BLOCKED',
                      *(rule['code'] for rule in policy['rules'])]
        for where, match in self.lines('results.csv', *RESULTS):
            no, said, outcome, reasons, rank = match.groups()
            codes = reasons.decode().split('|') if reasons else []
            self.tally.update(['applications', outcome.decode(), *codes])
            if no <= before or codes != [code for code in self.codes if code in codes]:
                self.fault(where, f'{no} and {reasons}, expected byte order, and reasons of the policy in its order')
            before = no
            if outcome == b'ACCEPTED':
                accepted[int(rank or 0)] = match[0]
            if no in self.expected:
                self.same(where, f'behind the NIK of {no}', said, self.expected.pop(no))
            elif said not in (b'INELIGIBLE,%b,,' % (reasons or b'?'), b'UNVERIFIED,%b,,' % reasons):
                self.fault(where, f'{no} is not in the pool and {said}, expected INELIGIBLE and why, or UNVERIFIED')
        self.same('results.csv', 'what of pool.csv is missing', sorted(self.expected)[:20], [])
        self.same_lines('accepted.csv', [RESULTS[0], *(accepted[rank] for rank in sorted(accepted))])

    def counts(self):
        """the counts of draw.json, and funnel.csv"""
        tally, rejected = self.tally, self.draw['counts']['rows_rejected']
        tally.update(rows_read=rejected + tally['applications'], rows_rejected=rejected)
        tally['CANDIDATES'] = tally['ACCEPTED'] + tally['RESERVE'] + tally['NOT_DRAWN']
        tally['ELIGIBLE'] = tally['CANDIDATES'] + tally['HOUSEHOLD_CAP']
        outcomes = {step: tally[step] for step in LAST_STEPS if step not in ('ELIGIBLE', 'CANDIDATES')}
        self.stated(counts={**{step: tally[step] for step in FIRST_STEPS}, 'outcomes': outcomes,
                            'eligible': tally['ELIGIBLE'], 'candidates': tally['CANDIDATES']})
        steps = (f'{step},{tally[step]}'.encode() for step in FIRST_STEPS + self.codes + LAST_STEPS)
        self.same_lines('funnel.csv', [b'step,count', *steps])


if __name__ == '__main__':
    sys.exit(any([Verification().run(folder) for folder in sys.argv[1:]]) if sys.argv[1:] else __doc__)
