/// A drawing. Colours are classes, so that a picture follows its reader's choice of light or dark.
struct SVG {
  let width: Double
  let height: Double
  private var body = ""

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  enum Anchor: String { case start, middle, end }

  mutating func text(_ x: Double, _ y: Double, _ text: String, _ style: String = "", _ anchor: Anchor = .start) {
    body += "<text x=\"\(x.text(1))\" y=\"\(y.text(1))\" class=\"\(style)\" text-anchor=\"\(anchor.rawValue)\">"
    body += text.map { $0 == "<" ? "&lt;" : $0 == "&" ? "&amp;" : String($0) }.joined() + "</text>\n"
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
    body += "<path d=\"M\(x1.text(1)) \(y1.text(1))L\(x2.text(1)) \(y2.text(1))\" class=\"\(style)\"/>\n"
  }

  mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String) {
    body += "<rect x=\"\(x.text(1))\" y=\"\(y.text(1))\" width=\"\(width.text(1))\" height=\"\(height.text(1))\" class=\"\(style)\"/>\n"
  }

  enum Mark { case disc, ring, diamond, square, cross }

  mutating func mark(_ mark: Mark, _ x: Double, _ y: Double, _ style: String, _ title: String = "") {
    let r = 4.5
    func path(_ points: [(Double, Double)], closed: Bool) -> String {
      points.enumerated().map { "\($0.offset == 0 ? "M" : "L")\((x + $0.element.0).text(1)) \((y + $0.element.1).text(1))" }.joined()
        + (closed ? "Z" : "")
    }
    body += "<g class=\"\(style)\"><title>\(title)</title>"
    switch mark {
    case .disc: body += "<circle cx=\"\(x.text(1))\" cy=\"\(y.text(1))\" r=\"\(r)\" class=\"full\"/>"
    case .ring: body += "<circle cx=\"\(x.text(1))\" cy=\"\(y.text(1))\" r=\"\(r)\" class=\"open\"/>"
    case .diamond: body += "<path d=\"\(path([(0, -r - 1), (r + 1, 0), (0, r + 1), (-r - 1, 0)], closed: true))\" class=\"open\"/>"
    case .square: body += "<path d=\"\(path([(-r, -r), (r, -r), (r, r), (-r, r)], closed: true))\" class=\"open\"/>"
    case .cross:
      body += "<path d=\"\(path([(-r, -r), (r, r)], closed: false))\(path([(-r, r), (r, -r)], closed: false))\" class=\"open\"/>"
    }
    body += "</g>\n"
  }

  private static let light = [
    "paper": "#ffffff", "band": "#f6f8fa", "rule": "#d9dee4", "pale": "#59636e", "ink": "#1f2328", "one": "#0969da",
    "two": "#8250df", "three": "#9a6700", "four": "#1a7f37", "five": "#cf222e",
  ]
  private static let dark = [
    "paper": "#0d1117", "band": "#151b23", "rule": "#2f353d", "pale": "#9198a1", "ink": "#e6edf3", "one": "#4493f8",
    "two": "#b083f0", "three": "#d29922", "four": "#3fb950", "five": "#f85149",
  ]

  /// Rules without variables, which some viewers lack.
  private static func colours(_ palette: [String: String]) -> String {
    func colour(_ name: String) -> String { palette[name] ?? "#888888" }
    let surfaces = """
      .paper { fill: \(colour("paper")) } .band { fill: \(colour("band")) } .rule { stroke: \(colour("rule")) } \
      .axis { stroke: \(colour("pale")) } text { fill: \(colour("ink")) } .pale { fill: \(colour("pale")) }
      """
    let series = ["one", "two", "three", "four", "five"].map { name in
      ".\(name) .full { fill: \(colour(name)) } .\(name) .open, .bar.\(name) { stroke: \(colour(name)) }"
    }
    return ([surfaces] + series).joined(separator: "\n")
  }

  /// The picture's text.
  var text: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width.text(0)) \(height.text(0))" width="\(width.text(0))" \
    height="\(height.text(0))" role="img" font-family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="12.5">
    <style>
    .head { font-size: 15px; font-weight: 600 } .small { font-size: 11.5px }
    .rule { stroke-width: 1 } .axis { stroke-width: 1.4 } .open { fill: none; stroke-width: 1.8 }
    .bar { stroke-width: 2.4; stroke-linecap: round; opacity: .45 }
    \(Self.colours(Self.light))
    @media (prefers-color-scheme: dark) {
    \(Self.colours(Self.dark))
    }
    </style>
    <rect width="100%" height="100%" rx="6" class="paper"/>
    \(body)</svg>

    """
  }
}
