import Glibc

extension Table1 {
  /// Two panels over the same rows: ours beside the paper's cost of inheritance, and every column over native i386.
  func chart(_ results: [Result]) -> String {
    let top = 112.0, step = 26.0
    let bottom = top + step * Double(results.count)
    var svg = SVG(width: 1000, height: bottom + 44)

    let costs = results.flatMap { [$0.cost.median, $0.row.paperRatio] }
    let cost = Axis(
      from: 190, to: 540, low: min(0.80, floor(costs.min()! * 20) / 20), high: max(1.25, ceil(costs.max()! * 20) / 20), isLog: false,
      ticks: [0.8, 0.9, 1.0, 1.1, 1.2], digits: 1)
    let shown: [(place: Place, mark: SVG.Mark, style: String)] = [
      (.qemu, .cross, "five"), (.x86_64, .square, "four"), (.overridden, .ring, "two"), (.selected, .disc, "one"),
    ].filter { places.contains($0.0) }
    let ratios = shown.flatMap { shown in results.map { $0.overNative(shown.place).median } }
    let native = Axis(
      from: 580, to: 970, low: min(0.05, ratios.min()!) * 0.9, high: max(4, ratios.max()!) * 1.15, isLog: true,
      ticks: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10], digits: 2)

    svg.text(cost.from, 28, "What inheritance costs", "head")
    svg.text(cost.from, 46, "a table selected, the call not overridden, over none", "pale")
    svg.mark(.disc, cost.from + 6, 66, "one")
    svg.text(cost.from + 17, 70, "Heirloom, (b) / (a)", "small")
    svg.mark(.diamond, cost.from + 148, 66, "three")
    svg.text(cost.from + 159, 70, "the paper, inherit / default", "small")
    svg.text(native.from, 28, "Over native i386", "head")
    svg.text(native.from, 46, "logarithmic; left of 1 is faster", "pale")
    var x = native.from
    for shown in shown.reversed() {
      svg.mark(shown.mark, x + 6, 66, shown.style)
      svg.text(x + 17, 70, shown.place.name, "small")
      x += 30 + 5.8 * Double(shown.place.name.count)
    }

    for index in results.indices where index % 2 == 0 {
      svg.rectangle(12, top + step * Double(index), svg.width - 24, step, "band")
    }
    for axis in [cost, native] {
      for tick in axis.ticks where tick >= axis.low && tick <= axis.high {
        let x = axis.place(tick)
        svg.line(x, top - 4, x, bottom, tick == 1 ? "axis" : "rule")
        for y in [top - 10, bottom + 18] { svg.text(x, y, axis.label(tick), "pale small", .middle) }
      }
    }
    for (index, result) in results.enumerated() {
      let y = top + step * (Double(index) + 0.5)
      svg.text(178, y + 4, result.row.name, "", .end)
      svg.mark(.diamond, cost.place(result.row.paperRatio), y, "three", "\(result.row.name), the paper: \(result.row.paperRatio.text(2))")
      let spread = result.cost.quartiles
      svg.line(cost.place(spread.low), y, cost.place(spread.high), y, "bar one")
      svg.mark(.disc, cost.place(result.cost.median), y, "one", "\(result.row.name): \(result.cost.median.text(3))")
      for shown in shown {
        let ratio = result.overNative(shown.place).median
        svg.mark(shown.mark, native.place(ratio), y, shown.style, "\(result.row.name), \(shown.place.name): \(ratio.text(2))")
      }
    }
    return svg.text
  }

  /// From values to places from left to right.
  private struct Axis {
    let from: Double, to: Double, low: Double, high: Double
    let isLog: Bool
    let ticks: [Double]
    let digits: Int

    /// A value beyond the axis stands at its end.
    func place(_ value: Double) -> Double {
      func scaled(_ value: Double) -> Double { isLog ? log(value) : value }
      let part = (scaled(value) - scaled(low)) / (scaled(high) - scaled(low))
      return from + (to - from) * min(1, max(0, part))
    }

    func label(_ value: Double) -> String {
      var text = value.text(digits)
      if isLog { while text.contains("."), text.last == "0" || text.last == "." { text.removeLast() } }
      return text
    }
  }
}
