"""Sentences with mistakes and their authors' corrections, from the histories of documentation in Git.

usage: mistakes.py SEED (NAME REPOSITORY)...: REPOSITORY is a Git directory of project NAME. Prints kind, project, before,
after, commit, tab-separated, in an order that the seed decides: sentences in which commits about typos, spelling or
grammar changed one word. What is no mistake (another style, variety or meaning) is left out by hand, before it is measured.
"""
import difflib, random, re, subprocess, sys
SUBJECT = r"typo|grammar|grammatical|spelling|misspel|mis-spel"
FILES = re.compile(r"\.(md|mdx|rst|txt|adoc|asciidoc)$", re.I)
WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
def git(repo, *args):
    return subprocess.run(["git", "--git-dir", repo, *args], capture_output=True).stdout.decode("utf-8", "replace")
def paragraphs(text):
    fenced, para = False, []
    for line in text.splitlines() + [""]:
        body = line.strip()
        if body.startswith(("```", "~~~")):
            fenced = not fenced
            body = ""
        item = re.match(r"^([-*+]|\d+[.)])\s+", body)
        if not body or fenced or body.startswith(("#", "|", "..", "<", "==", "--", "~~", "::", "$", ">>>", "import ", "%")) or item:
            if para: yield " ".join(para)
            para = []
            if item: para = [body[item.end():]]
        elif not fenced:
            para.append(body)
def sentences(text):
    out = []
    for para in paragraphs(text):
        out += re.split(r"(?<=[.!?])\s+(?=[A-Z\"'(`*_])", re.sub(r"\s+", " ", para))
    return out
def good(sentence):
    words = WORD.findall(sentence)
    letters = sum(c.isalpha() or c == " " for c in sentence)
    return (40 <= len(sentence) <= 320 and sentence[0].isupper() and sentence[-1] in ".?!:" and len(words) >= 7
            and letters >= 0.86 * len(sentence) and "\t" not in sentence)
def words(s): return s.split()
def small_change(before, after):
    a, b = words(before), words(after)
    ops = [op for op in difflib.SequenceMatcher(None, a, b, False).get_opcodes() if op[0] != "equal"]
    if not 1 <= len(ops) <= 2: return None
    total = 0
    for _, i, j, k, l in ops:
        old, new = a[i:j], b[k:l]
        total += max(len(old), len(new))
        for w in old + new:
            bare = w.strip(".,;:!?()\"'*_’“”")
            if not re.fullmatch(r"[A-Za-z]?[a-z]*(['’-][a-z]+)*", bare) : return None
        strip = lambda ws: " ".join(re.sub(r"[^a-z '’]", "", w.lower()) for w in ws).strip()
        if strip(old) == strip(new): return None
    return total if total <= 3 else None
def pairs(repo):
    log = git(repo, "log", "--all", "--no-merges", "-i", "-E", "--grep=" + SUBJECT, "--format=%H")
    for commit in log.split():
        names = git(repo, "diff-tree", "-r", "--no-commit-id", "--name-only", "--diff-filter=M", commit).splitlines()
        names = [n for n in names if FILES.search(n)]
        if len(names) > 40: continue
        for name in names:
            before, after = (git(repo, "show", f"{c}:{name}") for c in (commit + "^", commit))
            if not before or not after or len(before) > 600000: continue
            a, b = sentences(before), sentences(after)
            while a and b and a[0] == b[0]: del a[0], b[0]
            while a and b and a[-1] == b[-1]: del a[-1], b[-1]
            if len(a) > 400 or len(b) > 400: continue
            for op, i, j, k, l in difflib.SequenceMatcher(None, a, b, False).get_opcodes():
                if op == "replace" and j - i == l - k:
                    for x, y in zip(a[i:j], b[k:l]):
                        if x != y and good(x) and good(y) and small_change(x, y):
                            yield x, y, commit[:10], name
def ed(a,b):
    p=list(range(len(b)+1))
    for i,x in enumerate(a,1):
        q=[i]
        for j,y in enumerate(b,1): q.append(min(p[j]+1,q[-1]+1,p[j-1]+(x!=y)))
        p=q
    return p[-1]
def kind(a,b):
    ops=[o for o in difflib.SequenceMatcher(None,a,b,False).get_opcodes() if o[0]!='equal']
    if len(ops)!=1: return None
    op,i,j,k,l=ops[0]
    A,B=a[i:j],b[k:l]
    bare=lambda w: w.strip(".,;:!?()\"'*_’“”`").lower()
    if len(A)==1 and not B and ((i and bare(a[i-1])==bare(A[0])) or (j<len(a) and bare(a[j])==bare(A[0]))): return 'doubled'
    if len(A)==len(B)==1:
        x,y=bare(A[0]),bare(B[0])
        if {x,y}=={'a','an'}: return 'article'
        if x.replace('-','')==y.replace('-',''): return None
        if ed(x,y)<=3 and (min(len(x),len(y))>=2) and ed(x,y)<max(len(x),len(y)): return 'word'
    if A and B and ''.join(map(bare,A))==''.join(map(bare,B)): return None
    return None
def main():
    seed, rows = sys.argv[1], {}
    for name, path in zip(sys.argv[2::2], sys.argv[3::2]):
        for before, after, commit, _ in pairs(path):
            found = kind(before.split(), after.split())
            if found: rows[before] = (found, name, before, after, commit)
    rows = list(rows.values())
    random.Random(seed).shuffle(rows)
    for row in rows: print(*row, sep="\t")
main()
