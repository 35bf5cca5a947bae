# Derives whose voice a spokesperson is through the body spoken for: who speaks for an organ of a government is a
# voice of that government. The two steps may come from two sources; the tie goes with the one that names the speaker.
# native: closure
PREFIX st: <https://w3id.org/actor-stance/ns#>
INSERT { GRAPH ?g { ?person st:isVoiceOf ?larger } }
WHERE {
  GRAPH ?g { ?person st:speaksFor ?body }
  GRAPH ?other { ?body st:isBodyOf ?larger }
  FILTER (STRSTARTS(STR(?g), "https://w3id.org/actor-stance/graph/derived/"))
}
