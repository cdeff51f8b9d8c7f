// Evaluate a process of Nextflow as Groovy, without Nextflow, and print what Nextflow would run as JSON.
// Usage: groovy nextflow_process.groovy main.nf '{"meta": {"id": "a"}, "fasta": "a.fa", "task": {"cpus": 2}, ...}'

import groovy.json.JsonOutput
import groovy.json.JsonSlurper

class Declarations {
    Map values
    boolean strict
    List declared = []

    def get(String name) {
        if (strict && !values.containsKey(name)) throw new MissingPropertyException(name)
        values.containsKey(name) ? values[name] : name
    }

    Map val(name) { declare([val: name as String]) }

    Map path(Map options = [:], name) { declare([path: name as String] + options) }

    void tuple(Map... parts) {
        def options = parts[0].keySet().disjoint(['val', 'path']) ? parts[0] : [:]
        parts.each { if (!it.is(options)) it.putAll(options) }
    }

    Map declare(Map declaration) { declared << declaration; declaration }
}

class Section extends Declarations {
    def propertyMissing(String name) { get(name) }

    void propertyMissing(String name, value) { values[name] = value }

    def evaluate(Closure body) {
        body.resolveStrategy = Closure.DELEGATE_ONLY
        body.delegate = this
        body.call()
    }
}

class Directives {
    Map values
    Map sections = [:]
    Map directives = [:]

    def propertyMissing(String name) { values[name] }

    def methodMissing(String name, arguments) {
        if (arguments[0] instanceof Closure) sections[name] = arguments[0]
        else directives[name] = arguments[0] as String
    }
}

// Sections are labels, and statements after a label run in their order. A call can be made in any order.
def text = new File(args[0]).text
def body = text.readLines().collect { line ->
    def label = line =~ /^    (input|output|when|script|stub):$/
    label ? "} ; ${label[0][1]} {" : line
}
def first = body.findIndexOf { it.startsWith('} ; ') }
body[first] = body[first].substring(4)
def source = body.join('\n').trim() + ' }'
def values = new JsonSlurper().parseText(args[1])
def found = new Directives(values: values)
def shell = new GroovyShell(new Binding(process: { it }))
def name = (text =~ /process (\w+) \{/)[0][1]
def main = shell.evaluate(source.replaceFirst(/process \w+ \{/, 'return {'))
main.resolveStrategy = Closure.DELEGATE_ONLY
main.delegate = found
main.call()

def inputs = new Section(values: [:])
inputs.evaluate(found.sections.input)
def result = [name: name, directives: found.directives, inputs: inputs.declared]
result.when = new Section(values: values, strict: true).evaluate(found.sections.when)
for (kind in ['script', 'stub']) {
    def copy = [:] + values
    result[kind] = new Section(values: copy, strict: true).evaluate(found.sections[kind]).stripIndent()
    def outputs = new Section(values: copy)
    outputs.evaluate(found.sections.output)
    result["${kind}_outputs" as String] = outputs.declared
}
println JsonOutput.toJson(result)
