# Derives agrees-with and disagrees-with between actors from their present stances, so that a drawing can show who
# stands with whom. The pair rests on several sources, so it goes to a graph of its own. A stance that a later one
# supersedes is past; a hedged one is doubtful; a narrator is the voice of a source and no party.
# native: comparison
PREFIX st:  <https://w3id.org/actor-stance/ns#>
PREFIX stx: <https://w3id.org/actor-stance/scheme/>
# Stances are first reduced to one row for each holder, position and sign: pairs of rows grow with the square.
INSERT { GRAPH <https://w3id.org/actor-stance/graph/derived/comparison> { ?a ?property ?b . ?b ?property ?a } }
WHERE {
  { SELECT DISTINCT ?a ?position ?mine WHERE {
      GRAPH ?g1 { ?s1 st:holder ?a ; st:towards ?position ; st:value ?v1 ; st:certainty ?c1 }
      ?v1 st:score ?x1 .
      FILTER (?x1 != 0 && ?c1 != stx:hedged)
      FILTER NOT EXISTS { ?later1 st:supersedes ?s1 }
      FILTER NOT EXISTS { ?a a st:Narrator }
      BIND (?x1 > 0 AS ?mine) } }
  { SELECT DISTINCT ?b ?position ?theirs WHERE {
      GRAPH ?g2 { ?s2 st:holder ?b ; st:towards ?position ; st:value ?v2 ; st:certainty ?c2 }
      ?v2 st:score ?x2 .
      FILTER (?x2 != 0 && ?c2 != stx:hedged)
      FILTER NOT EXISTS { ?later2 st:supersedes ?s2 }
      FILTER NOT EXISTS { ?b a st:Narrator }
      BIND (?x2 > 0 AS ?theirs) } }
  FILTER (STR(?a) < STR(?b))
  BIND (IF(?mine = ?theirs, st:agreesWith, st:disagreesWith) AS ?property)
} ;
# Whoever supports one of two incompatible positions disagrees with whoever supports the other.
INSERT { GRAPH <https://w3id.org/actor-stance/graph/derived/comparison> { ?a st:disagreesWith ?b . ?b st:disagreesWith ?a } }
WHERE {
  ?position st:isIncompatibleWith ?rival .
  { SELECT DISTINCT ?a ?position WHERE {
      GRAPH ?g1 { ?s1 st:holder ?a ; st:towards ?position ; st:value ?v1 ; st:certainty ?c1 }
      ?v1 st:score ?x1 .
      FILTER (?x1 > 0 && ?c1 != stx:hedged)
      FILTER NOT EXISTS { ?later1 st:supersedes ?s1 }
      FILTER NOT EXISTS { ?a a st:Narrator } } }
  { SELECT DISTINCT ?b ?rival WHERE {
      GRAPH ?g2 { ?s2 st:holder ?b ; st:towards ?rival ; st:value ?v2 ; st:certainty ?c2 }
      ?v2 st:score ?x2 .
      FILTER (?x2 > 0 && ?c2 != stx:hedged)
      FILTER NOT EXISTS { ?later2 st:supersedes ?s2 }
      FILTER NOT EXISTS { ?b a st:Narrator } } }
  FILTER (?a != ?b)
}
