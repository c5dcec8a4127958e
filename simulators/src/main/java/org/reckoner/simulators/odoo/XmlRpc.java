package org.reckoner.simulators.odoo;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// XML-RPC as Python's library reads and writes it.
final class XmlRpc {

    record Call(String method, List<Object> parameters) {}

    private XmlRpc() {}

    static Call read(byte[] body) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            Element call = factory.newDocumentBuilder()
                    .parse(new ByteArrayInputStream(body))
                    .getDocumentElement();
            List<Object> parameters = new ArrayList<>();
            for (Element list : children(call, "params")) {
                for (Element param : children(list, "param")) {
                    parameters.add(value(children(param, "value").getFirst()));
                }
            }
            return new Call(children(call, "methodName").getFirst().getTextContent(), parameters);
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new Fault(Fault.Kind.VALUE, "xml.parsers.expat.ExpatError: " + e.getMessage());
        }
    }

    private static Object value(Element value) {
        List<Element> typed = children(value, "*");
        if (typed.isEmpty()) {
            return value.getTextContent();
        }
        Element type = typed.getFirst();
        String text = type.getTextContent();
        return switch (type.getTagName()) {
            case "string" -> text;
            case "int", "i4" -> Integer.valueOf(text.strip());
            case "double" -> new BigDecimal(text.strip());
            case "boolean" -> "1".equals(text.strip());
            case "array" -> {
                List<Object> list = new ArrayList<>();
                for (Element each : children(children(type, "data").getFirst(), "value")) {
                    list.add(value(each));
                }
                yield list;
            }
            case "struct" -> {
                TreeMap<String, Object> map = new TreeMap<>();
                for (Element member : children(type, "member")) {
                    map.put(
                            children(member, "name").getFirst().getTextContent(),
                            value(children(member, "value").getFirst()));
                }
                yield map;
            }
            default -> throw new Fault(Fault.Kind.VALUE, "unknown type " + type.getTagName());
        };
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        NodeList nodes = parent.getChildNodes();
        for (int i = 0; i < nodes.getLength(); i++) {
            if (nodes.item(i) instanceof Element element
                    && ("*".equals(name) || element.getTagName().equals(name))) {
                found.add(element);
            }
        }
        return found;
    }

    /// Python's `None` cannot be written, although what was asked has been done.
    static String response(Object result) {
        if (result == OdooSimulator.NOTHING) {
            return fault(1, "TypeError: cannot marshal None unless allow_none is enabled");
        }
        return "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n" + written(result)
                + "</param>\n</params>\n</methodResponse>\n";
    }

    static String fault(int code, String text) {
        return "<?xml version='1.0'?>\n<methodResponse>\n<fault>\n"
                + written(new TreeMap<>(Map.of("faultCode", code, "faultString", text)))
                + "</fault>\n</methodResponse>\n";
    }

    private static String written(Object value) {
        StringBuilder out = new StringBuilder("<value>");
        switch (value) {
            case Boolean flag -> out.append("<boolean>").append(flag ? 1 : 0).append("</boolean>");
            case Integer number -> out.append("<int>").append(number).append("</int>");
            case BigDecimal number ->
                out.append("<double>").append(FrontDoor.python(number)).append("</double>");
            case List<?> list -> {
                out.append("<array><data>\n");
                list.forEach(each -> out.append(written(each)));
                out.append("</data></array>");
            }
            case Map<?, ?> map -> {
                out.append("<struct>\n");
                map.forEach((name, each) -> out.append("<member>\n<name>")
                        .append(escaped(String.valueOf(name)))
                        .append("</name>\n")
                        .append(written(each))
                        .append("</member>\n"));
                out.append("</struct>");
            }
            default ->
                out.append("<string>").append(escaped(String.valueOf(value))).append("</string>");
        }
        return out.append("</value>\n").toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
