from collections import Counter
class Profile:
    def __init__(self, page):
        self.s = page.context.new_cdp_session(page)
        self.s.send("Profiler.enable"); self.s.send("Profiler.setSamplingInterval", {"interval": 500}); self.s.send("Profiler.start")
    def stop(self, n=25):
        p = self.s.send("Profiler.stop")["profile"]
        nodes = {x["id"]: x for x in p["nodes"]}
        own = Counter()
        for i, d in zip(p["samples"], p["timeDeltas"]): own[i] += d
        parent = {c: x["id"] for x in p["nodes"] for c in x.get("children", [])}
        self_t, total = Counter(), Counter()
        name = lambda i: "%s %s:%d:%d" % (nodes[i]["callFrame"]["functionName"] or "?", nodes[i]["callFrame"]["url"].rsplit("/",1)[-1][:30], nodes[i]["callFrame"]["lineNumber"]+1, nodes[i]["callFrame"]["columnNumber"])
        for i, t in own.items():
            self_t[name(i)] += t
            seen=set(); j=i
            while j is not None:
                if name(j) not in seen: total[name(j)] += t; seen.add(name(j))
                j = parent.get(j)
        print("SELF"); [print("  %7.1f ms %s" % (t/1000, k)) for k, t in self_t.most_common(n)]
        print("TOTAL"); [print("  %7.1f ms %s" % (t/1000, k)) for k, t in total.most_common(n+15)]
