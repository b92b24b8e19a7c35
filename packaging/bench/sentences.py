"""A seeded sample of sentences from the manual pages, READMEs and changelogs of Debian packages.

usage: clean.py SEED COUNT FOLDER: FOLDER has a folder for each package, into which it was unpacked (apt-get download,
dpkg-deb -x). Prints package and file, licence, sentence, tab-separated; no package gives more than ten.
"""
import gzip, pathlib, random, re, sys
FREE = re.compile(r"^License:\s*((?:L?GPL|AGPL|MIT|Expat|BSD|Apache|MPL|Artistic|ISC|zlib|X11|CC0|public-domain|curl|OpenLDAP)[-.+\w]*)", re.M | re.I)
def text_of(path):
    data = gzip.open(path).read() if path.suffix == ".gz" else path.read_bytes()
    return data.decode("utf-8", "replace")
def unroff(text):
    out = []
    for line in text.splitlines():
        if line.startswith(('.\\"', "'\\\"")): continue
        if line.startswith((".", "'")):
            macro, _, rest = line[1:].strip().partition(" ")
            args = [a.strip('"') for a in re.findall(r'"[^"]*"|\S+', rest)]
            if macro in ("B", "I"): out.append(" ".join(args))
            elif macro in ("BR", "RB", "IR", "RI", "BI", "IB"): out.append("".join(args))
            else: out.append("")
        else: out.append(line)
    text = "\n".join(out)
    text = re.sub(r"\\f\[?[A-Z]+\]?|\\f[A-Z]|\\[&/,^|]|\\s[-+]?\d", "", text)
    for a, b in (("\\-", "-"), ("\\(aq", "'"), ("\\e", "\\"), ("\\(bu", "*"), ("\\(lq", '"'), ("\\(rq", '"'), ("\\(em", " - "), ("\\ ", " "), ("\\'", "'"), ("\\(dq", '"'), ("\\(cq", "'"), ("\\(oq", "'")):
        text = text.replace(a, b)
    return text
def sentences(text):
    for para in re.split(r"\n\s*\n|\n(?=\s*[-*+o] )", text):
        para = re.sub(r"^\s*[-*+o] ", "", para)
        for s in re.split(r"(?<=[.!?])\s+(?=[A-Z])", re.sub(r"\s+", " ", para).strip()):
            words = re.findall(r"[A-Za-z]+", s)
            letters = sum(c.isalpha() or c == " " for c in s)
            if 30 <= len(s) <= 300 and len(words) >= 6 and s[0].isupper() and s[-1] in ".?!" and letters >= .85 * len(s) and "\\" not in s and "\t" not in s and "@" not in s:
                yield s
def files(root):
    for p in sorted(root.rglob("*")):
        name = "/" + str(p.relative_to(root))
        if not p.is_file(): continue
        if re.match(r"/usr/share/man/man\d/", name): yield p, True
        elif re.match(r"/usr/share/doc/[^/]+/(README[^/]*|changelog(\.gz)?|NEWS(\.gz)?|CHANGES[^/]*|TODO[^/]*|FAQ[^/]*)$", name) and not name.endswith((".html", ".xml")): yield p, False
def licence(root):
    for p in sorted(root.glob("usr/share/doc/*/copyright")):
        if p.is_file():
            m = FREE.findall(p.read_text(errors="replace"))
            if m: return m[0].rstrip(",")
def main():
    seed, count, folder = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])
    roots = sorted(p for p in folder.iterdir() if p.is_dir())
    rng = random.Random(seed); rng.shuffle(roots)
    got = 0
    for root in roots:
        free = licence(root)
        if not free: continue
        found = {}
        for path, man in files(root):
            for s in sentences(unroff(text_of(path)) if man else text_of(path)): found.setdefault(s, path.name)
        keys = sorted(found); rng.shuffle(keys)
        for s in keys[:10]:
            if got < count: print(f"{root.name} {found[s]}", free, s, sep="\t"); got += 1
main()
