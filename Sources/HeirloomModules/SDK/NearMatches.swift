/// Names that somebody may have meant.
public enum NearMatches {
  /// The names of `known` that begin with `name`, hold it, or are few letters away from it: at most `limit`, the nearest first.
  public static func of(_ name: String, in known: [String], limit: Int = 4) -> [String] {
    let wanted = Array(name.utf8)
    let ranked = known.compactMap { candidate -> (distance: Int, name: String)? in
      let letters = Array(candidate.utf8)
      let distance = distance(wanted, letters)
      if distance <= (wanted.count < 4 ? 1 : max(2, wanted.count / 3)) { return (distance, candidate) }
      return wanted.count >= 3 && candidate.contains(name) ? (wanted.count + letters.count, candidate) : nil
    }
    return ranked.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(limit).map(\.name)
  }

  /// Letters to insert, remove or replace.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, left) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, right) in b.enumerated() {
        let replaced = diagonal + (left == right ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
      }
    }
    return row[b.count]
  }
}
