import Glibc

/// Measurements of one thing, one a round.
struct Samples {
  private(set) var values: [Double] = []

  mutating func add(_ value: Double) { values.append(value) }

  var median: Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// Round by round against other samples of the same rounds, so that what slowed a whole round cancels out.
  func over(_ other: Samples) -> Samples { combined(with: other, /) }
  func minus(_ other: Samples) -> Samples { combined(with: other, -) }

  private func combined(with other: Samples, _ operation: (Double, Double) -> Double) -> Samples {
    Samples(values: zip(values, other.values).map(operation))
  }

  /// Between which the middle half of them lies.
  var quartiles: (low: Double, high: Double) {
    let sorted = values.sorted()
    let quarter = (sorted.count - 1) / 4
    return (sorted[quarter], sorted[sorted.count - 1 - quarter])
  }

  func middleHalf(_ digits: Int) -> String { "\(quartiles.low.text(digits))–\(quartiles.high.text(digits))" }

  /// What so many of a hundred do not exceed.
  func percentile(_ percent: Double) -> Double {
    let sorted = values.sorted()
    return sorted[min(sorted.count - 1, Int((Double(sorted.count) * percent / 100).rounded(.up)) - 1)]
  }

  /// Lowest and highest.
  func range(_ digits: Int) -> String { "\(values.min()!.text(digits))–\(values.max()!.text(digits))" }
}

extension Double {
  /// In decimal, with so many digits after the point.
  func text(_ digits: Int) -> String {
    let scaled = (Swift.abs(self) * pow(10, Double(digits))).rounded()
    var figures = String(Int(scaled))
    if digits > 0 {
      figures = String(repeating: "0", count: max(0, digits + 1 - figures.count)) + figures
      figures.insert(".", at: figures.index(figures.endIndex, offsetBy: -digits))
    }
    return self < 0 && scaled != 0 ? "−" + figures : figures
  }
}

func geometricMean(_ values: [Double]) -> Double {
  exp(values.reduce(0) { $0 + log($1) } / Double(values.count))
}
