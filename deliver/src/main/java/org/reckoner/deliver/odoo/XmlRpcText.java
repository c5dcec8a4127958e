package org.reckoner.deliver.odoo;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// XML-RPC's calls and answers as text, from and to JSON's values. Numbers with a fraction are read and written as
/// the decimals that they are, never through binary floating point.
///
/// Document type definitions, and so outside and nested entities, are refused.
final class XmlRpcText {

    private static final int DEEPEST = 32;
    private static final JsonNodeFactory NODES = JsonMapper.shared().getNodeFactory();
    private static final XMLOutputFactory WRITERS = XMLOutputFactory.newDefaultFactory();
    private static final XMLInputFactory READERS = readers();

    private XmlRpcText() {}

    private static XMLInputFactory readers() {
        XMLInputFactory readers = XMLInputFactory.newDefaultFactory();
        readers.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        readers.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        readers.setProperty(XMLInputFactory.IS_COALESCING, true);
        return readers;
    }

    /// What was answered.
    sealed interface Response {}

    record Result(JsonNode value) implements Response {}

    record Fault(int code, String text) implements Response {}

    /// @param reason why it is no answer, for people
    record Unreadable(String reason) implements Response {}

    static byte[] call(String method, ArrayNode parameters) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            XMLStreamWriter out = WRITERS.createXMLStreamWriter(bytes, StandardCharsets.UTF_8.name());
            out.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
            out.writeStartElement("methodCall");
            element(out, "methodName", method);
            out.writeStartElement("params");
            for (JsonNode parameter : parameters) {
                out.writeStartElement("param");
                write(out, parameter);
                out.writeEndElement();
            }
            out.writeEndElement();
            out.writeEndElement();
            out.writeEndDocument();
            out.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("XML could not be written into memory", e);
        }
        return bytes.toByteArray();
    }

    private static void write(XMLStreamWriter out, JsonNode value) throws XMLStreamException {
        out.writeStartElement("value");
        switch (value.getNodeType()) {
            case BOOLEAN -> element(out, "boolean", value.booleanValue() ? "1" : "0");
            case NUMBER ->
                element(
                        out,
                        value.isIntegralNumber() ? "int" : "double",
                        value.isIntegralNumber()
                                ? value.asString()
                                : value.decimalValue().toPlainString());
            case ARRAY -> {
                out.writeStartElement("array");
                out.writeStartElement("data");
                for (JsonNode each : value) {
                    write(out, each);
                }
                out.writeEndElement();
                out.writeEndElement();
            }
            case OBJECT -> {
                out.writeStartElement("struct");
                for (var member : value.properties()) {
                    out.writeStartElement("member");
                    element(out, "name", member.getKey());
                    write(out, member.getValue());
                    out.writeEndElement();
                }
                out.writeEndElement();
            }
            case STRING -> element(out, "string", value.stringValue());
            default -> throw new IllegalArgumentException("XML-RPC has no " + value.getNodeType());
        }
        out.writeEndElement();
    }

    /// What XML cannot hold is left out: tenants choose names, and control characters are not among XML's.
    private static void element(XMLStreamWriter out, String name, String text) throws XMLStreamException {
        out.writeStartElement(name);
        out.writeCharacters(text.codePoints()
                .filter(XmlRpcText::isInXml)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString());
        out.writeEndElement();
    }

    private static boolean isInXml(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || c >= 0x20 && c <= 0xD7FF
                || c >= 0xE000 && c <= 0xFFFD
                || c >= 0x10000;
    }

    static Response read(byte[] body) {
        try {
            XMLStreamReader in = READERS.createXMLStreamReader(new ByteArrayInputStream(body));
            in.nextTag();
            in.require(XMLStreamConstants.START_ELEMENT, null, "methodResponse");
            in.nextTag();
            boolean isFault = "fault".equals(in.getLocalName());
            if (!isFault) {
                in.require(XMLStreamConstants.START_ELEMENT, null, "params");
                start(in, "param");
            }
            start(in, "value");
            JsonNode value = value(in, 0);
            while (in.hasNext()) {
                in.next();
            }
            return isFault
                    ? new Fault(
                            value.path("faultCode").asInt(1),
                            value.path("faultString").asString(""))
                    : new Result(value);
        } catch (XMLStreamException | NumberFormatException e) {
            return new Unreadable(String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
        }
    }

    /// From the start of a `value` to its end.
    private static JsonNode value(XMLStreamReader in, int depth) throws XMLStreamException {
        if (depth > DEEPEST) {
            throw new XMLStreamException("nested deeper than " + DEEPEST);
        }
        StringBuilder untyped = new StringBuilder();
        in.next();
        while (!in.isStartElement() && !in.isEndElement()) { // there may be comments
            if (in.isCharacters()) {
                untyped.append(in.getText());
            }
            in.next();
        }
        if (in.getEventType() == XMLStreamConstants.END_ELEMENT) {
            return NODES.stringNode(untyped.toString());
        }
        JsonNode value = switch (in.getLocalName()) {
            case "string" -> NODES.stringNode(in.getElementText());
            case "int", "i4", "i8" ->
                NODES.numberNode(Long.parseLong(in.getElementText().strip()));
            case "double" -> NODES.numberNode(new BigDecimal(in.getElementText().strip()));
            case "boolean" -> NODES.booleanNode("1".equals(in.getElementText().strip()));
            case "nil" -> nil(in);
            case "array" -> array(in, depth);
            case "struct" -> struct(in, depth);
            default -> NODES.stringNode(in.getElementText());
        };
        end(in, "value");
        return value;
    }

    private static JsonNode nil(XMLStreamReader in) throws XMLStreamException {
        in.getElementText();
        return NODES.nullNode();
    }

    private static ArrayNode array(XMLStreamReader in, int depth) throws XMLStreamException {
        ArrayNode array = NODES.arrayNode();
        start(in, "data");
        while (in.nextTag() == XMLStreamConstants.START_ELEMENT) {
            in.require(XMLStreamConstants.START_ELEMENT, null, "value");
            array.add(value(in, depth + 1));
        }
        end(in, "array");
        return array;
    }

    private static ObjectNode struct(XMLStreamReader in, int depth) throws XMLStreamException {
        ObjectNode struct = NODES.objectNode();
        while (in.nextTag() == XMLStreamConstants.START_ELEMENT) {
            start(in, "name");
            String name = in.getElementText();
            start(in, "value");
            struct.set(name, value(in, depth + 1));
            end(in, "member");
        }
        return struct;
    }

    private static void start(XMLStreamReader in, String name) throws XMLStreamException {
        in.nextTag();
        in.require(XMLStreamConstants.START_ELEMENT, null, name);
    }

    private static void end(XMLStreamReader in, String name) throws XMLStreamException {
        in.nextTag();
        in.require(XMLStreamConstants.END_ELEMENT, null, name);
    }
}
